import { Attendance } from './attendance.js';

const HOUR_MS = 3_600_000;

describe('Attendance', () => {
  it('is said of partitions whose records wait, or that wait for room, unless one has waited for an hour', () => {
    const said: number[][] = [];
    const hasRoom = (partition: number) => partition !== 3;
    const attend = (isAttended: (partition: number, room: boolean) => boolean) =>
      said.push([0, 1, 2, 3].filter((partition) => isAttended(partition, hasRoom(partition))));
    const attendance = new Attendance({ consumer: () => ({ attend }), everyMs: 5000 });
    const waiting = new Map([
      [0, HOUR_MS],
      [1, 1],
    ]);
    attendance.say(() => waiting, HOUR_MS + 1000);
    attendance.say(() => waiting, HOUR_MS + 5999);
    attendance.say(() => waiting, 2 * HOUR_MS);
    expect(said).toEqual([[0, 3], [3]]);
  });
});
