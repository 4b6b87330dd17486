export { ContrailError, errorCodes, type ErrorCode } from './errors.ts'
export { Rubric, RubricCriterion, TaskSpec } from './task.ts'
export { Verdict } from './verdict.ts'
export {
  busKeys,
  EvidenceRole,
  eventSchemas,
  Usage,
  type Episode,
  type EvidenceBus,
  type EvidenceEvent,
  type EvidenceEvents,
  type EvidenceSink,
  type EvidenceType,
  type FinalAnswerEvent,
  type GapEvent,
  type ScreenshotEvent,
  type StepFinishedEvent,
  type StepObservedEvent,
  type Target,
  type ToolOutput,
  type TurnFinishedEvent,
} from './events.ts'
export { busSink, createEvidenceBus, listenToBus, type ListenerErrorHandler } from './bus.ts'
