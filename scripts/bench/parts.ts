import { analysisPart } from './analysis.ts'
import { bindingPart } from './binding.ts'
import { compactPart } from './compact.ts'
import { environmentPart } from './environment.ts'
import { episodesPart } from './episodes.ts'
import { evaluationPart } from './evaluation.ts'
import type { BenchPart } from './figure.ts'
import { finishPart } from './finish.ts'
import { formatsPart } from './formats.ts'
import { growthPart } from './growth.ts'
import { heavyPart } from './heavy.ts'
import { lookPart } from './look.ts'
import { memoryPart } from './memory.ts'
import { modelsPart } from './models.ts'
import { readingPart } from './reading.ts'
import { recordPart } from './record.ts'
import { stepsPart } from './steps.ts'
import { viewerPart } from './viewer.ts'

/** All that `pnpm bench` measures, in this order. */
export const parts: readonly BenchPart[] = [
  bindingPart,
  stepsPart,
  heavyPart,
  lookPart,
  environmentPart,
  growthPart,
  recordPart,
  finishPart,
  memoryPart,
  readingPart,
  compactPart,
  modelsPart,
  episodesPart,
  formatsPart,
  evaluationPart,
  analysisPart,
  viewerPart,
]
