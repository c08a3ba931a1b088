import kafkajs from 'kafkajs';
import { type Topic, TOPICS } from '@portage/records';
import { attendedAt } from './consuming/attendance.js';
import { type KafkaCluster } from './cluster.js';
import { type Offsets } from './offsets.js';

/** One consumer group as Kafka knows it. Only topics of ours are told. */
export interface ConsumerGroup {
  readonly id: string;
  readonly members: number;
  /** Partitions without a commit are absent. */
  readonly committed: ReadonlyMap<Topic, Offsets>;
  /** When (ms) a member last said of a partition that it looks after it, though its position does not move. */
  readonly attended: ReadonlyMap<Topic, ReadonlyMap<number, number>>;
  /** What its present members read, committed or not. */
  readonly assigned: ReadonlyMap<Topic, readonly number[]>;
}

/** The groups whose ids begin with `<prefix>.`, with and without members. */
export async function consumerGroups(cluster: KafkaCluster): Promise<readonly ConsumerGroup[]> {
  const prefix = `${cluster.config.topicPrefix}.`;
  return cluster.admin(async (admin) => {
    const { groups: listed } = await admin.listGroups();
    const ids = listed.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix));
    if (ids.length === 0) return [];
    const { groups } = await admin.describeGroups(ids);
    return Promise.all(
      groups.map(async ({ groupId, members }): Promise<ConsumerGroup> => {
        const offsets = await admin.fetchOffsets({ groupId });
        const of = (name: string) => offsets.find(({ topic }) => topic === name)?.partitions ?? [];
        const assigned = members.map(({ memberAssignment }) => partitionsOf(memberAssignment));
        return {
          id: groupId,
          members: members.length,
          committed: byTopic(prefix, (name) => committedIn(of(name))),
          attended: byTopic(prefix, (name) => attendedIn(of(name))),
          assigned: byTopic(prefix, (name) => some(assigned.flatMap((partitions) => partitions[name] ?? []))),
        };
      }),
    );
  });
}

function byTopic<T>(prefix: string, of: (name: string) => T | undefined): Map<Topic, T> {
  const found = TOPICS.map((topic) => [topic, of(`${prefix}${topic}`)] as const);
  return new Map(found.filter((entry): entry is readonly [Topic, T] => entry[1] !== undefined));
}

interface Found {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string | null;
}

function attendedIn(found: readonly Found[]): ReadonlyMap<number, number> | undefined {
  const attended = found.flatMap(({ partition, metadata }) => {
    const at = attendedAt(metadata);
    return at === null ? [] : [[partition, at] as const];
  });
  return attended.length === 0 ? undefined : new Map(attended);
}

function committedIn(found: readonly Found[]): Offsets | undefined {
  // The broker answers -1 for "none".
  const committed = found.filter(({ offset }) => Number(offset) >= 0);
  if (committed.length === 0) return undefined;
  return new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
}

function some<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A member that has just joined has no assignment yet. */
function partitionsOf(assignment: Buffer): Readonly<Record<string, readonly number[]>> {
  if (assignment.length === 0) return {};
  return kafkajs.AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {};
}
