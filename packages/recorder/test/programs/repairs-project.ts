import { EpisodeLogger } from '../../src/index.ts'
import { applyStep, repair } from '../episode/project.ts'

// Repairs the project in a folder, step by step, and says `ack <n>` after each that is recorded; then `ended`.
const { outputRoot, workspace } = JSON.parse(process.argv[2] ?? '{}') as { outputRoot: string; workspace: string }
const logger = new EpisodeLogger({ outputRoot, workspace, runId: 'run', persist: true, env: {} })
await logger.startEpisode({ task: 'repair', variantId: 'killed' })
console.log('started')
for (const [index, step] of repair.entries()) {
  await applyStep(workspace, step)
  await logger.recordStep(step)
  console.log(`ack ${index + 1}`)
}
await logger.endEpisode(1)
console.log('ended')
