export { diffFrames } from './expand/diff.ts'
export type { TraceDiagnostic, TraceDiagnosticCode } from './format/diagnostics.ts'
export { expandFrames, type ExpandedFrame, type ExpandedTrace } from './expand/expand.ts'
export type { FrameToWrite, GeneratedTrace, TraceFrame } from './format/frame.ts'
export { parseLocals } from './parse/locals.ts'
export type { TraceMatch } from './score/match.ts'
export { parseTraceTokens, type TraceTokenIds } from './parse/parse-tokens.ts'
export { parseGeneratedTrace, type CountTokens } from './parse/parse-trace.ts'
export { tracePrompt } from './write/prompt.ts'
export { renderFramesToGeneration } from './write/render.ts'
export type { FrameKind } from './expand/scope.ts'
export {
  scoreTrace,
  scoreTraces,
  type MeanTraceScore,
  type ScorableTrace,
  type ScoredPair,
  type TraceScore,
} from './score/score.ts'
export { normalizeSource } from './format/source-line.ts'
export { trajectoryToTrace } from './trajectory/trajectory-trace.ts'
export { diffPlaceholder, startMarker, traceTokenIds, traceTokens, type TraceEvent } from './format/tokens.ts'
