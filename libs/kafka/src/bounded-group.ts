import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { type Offsets } from './offsets.js';

/**
 * The group of a bounded reader: a name under which Kafka keeps how far it is, for lag and for operators. It never has members;
 * what the reader goes by is its own to store.
 */
export class BoundedGroup {
  constructor(
    private readonly cluster: KafkaCluster,
    readonly id: string,
  ) {}

  async commit(topic: Topic, positions: Offsets): Promise<void> {
    if (positions.size === 0) return;
    const partitions = [...positions].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    await this.cluster.internal(async (internal) => {
      const coordinator = await internal.findGroupCoordinator({ groupId: this.id });
      await coordinator.offsetCommit({
        groupId: this.id,
        // Kafka's words for somebody who is no member.
        groupGenerationId: -1,
        memberId: '',
        topics: [{ topic: this.cluster.topicName(topic), partitions }],
      });
    });
  }

  /** Nothing of it is left, and nothing may have been there. */
  async remove(): Promise<void> {
    await this.cluster.admin(async (admin) => {
      const { groups } = await admin.listGroups();
      if (groups.some(({ groupId }) => groupId === this.id)) await admin.deleteGroups([this.id]);
    });
  }
}
