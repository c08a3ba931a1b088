/** The frame that registry-aware clients put around an Avro body: a zero byte, then the schema's id, big-endian. */
export const FRAME_HEADER = 5;

/** The schema id of a frame, or null when the bytes are not one. */
export function schemaIdOf(frame: Buffer): number | null {
  return frame.length >= FRAME_HEADER && frame[0] === 0 ? frame.readInt32BE(1) : null;
}

export function writeFrameHeader(frame: Buffer, schemaId: number): void {
  frame[0] = 0;
  frame.writeInt32BE(schemaId, 1);
}
