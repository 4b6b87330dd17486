import { Label } from '../component/label.ts'
import { defineProcessor } from '../world/processor.ts'

/** Stage 30: brings scores into 0 to 1. What was not judged stays null. */
export const ScoringProcessor = defineProcessor({
  name: 'ScoringProcessor',
  priority: 30,
  components: [Label],
  process: (rows) =>
    rows.flatMap(({ entity_id, label__score: score }) => {
      const clamped = score === null ? null : Math.min(1, Math.max(0, score))
      return clamped === score ? [] : [{ entity_id, label__score: clamped }]
    }),
})
