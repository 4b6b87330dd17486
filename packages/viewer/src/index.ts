export { openViewer, type OpenViewer, type ViewerOptions } from './server/open-viewer.ts'
export { toFileContent, type FileContent, type FileInput } from './file/file-content.ts'
export { describeReduction, renderFile, type RenderedFile } from './file/render-file.ts'
export type { Reduction } from './file/fit-frames.ts'
export { toRunView } from './run-view.ts'
export { toStepDetail } from './view/step-detail.ts'
export { describeUnreadable } from './view/unshown.ts'
export type { FailureClass } from './view/protocol.ts'
export type { InFlight } from './view/in-flight.ts'
export type {
  CellView,
  EvidenceView,
  FramePair,
  FrameView,
  GapView,
  PageEventView,
  ProbeView,
  RunView,
  Span,
  StepDetail,
  StepView,
  TurnView,
} from './view/model.ts'
