import { bindingPart } from './binding.ts'
import type { BenchPart } from './figure.ts'
import { growthPart } from './growth.ts'
import { stepsPart } from './steps.ts'

/** All that `pnpm bench` measures, in this order. */
export const parts: readonly BenchPart[] = [bindingPart, stepsPart, growthPart]
