import { Label } from '../component/label.ts'
import type { World } from '../world/world.ts'

/**
 * Ask for another description on all labels of a technique that are there: the criterion of a fork. It takes effect with the next
 * step, which judges them anew.
 *
 * @returns how many labels it reaches
 */
export async function updateLabels(
  world: Pick<World, 'query' | 'update'>,
  { technique, description }: { readonly technique: string; readonly description: string },
): Promise<number> {
  const rows = await world.query(Label).where({ label__technique: technique }).collect()
  for (const { entity_id } of rows) await world.update(entity_id, { label__description: description })
  return rows.length
}
