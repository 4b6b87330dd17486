/** Everything that can be said against a trace. The list is closed; the README's table is made from it. */
export const traceDiagnostics = {
  stray_text: { severity: 'error', meaning: 'text where a token is expected: before a frame, or before `action_sep`' },
  missing_frame_sep: { severity: 'error', meaning: 'the next frame or the end begins before this one has ended' },
  missing_action_sep: { severity: 'error', meaning: 'a frame without `action_sep`' },
  missing_arg_sep: { severity: 'error', meaning: 'a return or exception frame without `arg_sep`' },
  unexpected_separator: { severity: 'error', meaning: '`arg_sep` in a call or line frame; its source ends there' },
  empty_frame: { severity: 'error', meaning: '`frame_sep` with nothing before it' },
  locals_not_object: { severity: 'error', meaning: 'the locals are no JSON object' },
  locals_value_not_string: {
    severity: 'error',
    meaning: 'a local whose value is no JSON string; its JSON text is kept',
  },
  locals_duplicate_key: { severity: 'error', meaning: 'a name that stands twice in the locals; the last one counts' },
  value_not_string: { severity: 'error', meaning: 'the value is no JSON string; its text is kept, nothing is null' },
  text_after_end: { severity: 'error', meaning: 'anything behind `end_of_text`; it is not read' },
  no_frames: { severity: 'error', meaning: 'not one whole frame' },
  cut_off: {
    severity: 'error',
    meaning: 'the text ends inside a frame or a token: `truncated`, and the piece is `tail`',
  },
  no_end_of_text: { severity: 'warning', meaning: 'it ends behind a frame, without `end_of_text`: engines strip it' },
  empty_locals: { severity: 'warning', meaning: 'nothing where the locals stand, read as no variables' },
  first_frame_not_call: { severity: 'error', meaning: 'expanding: the first frame is no call; it opens a scope' },
  no_scope: { severity: 'error', meaning: 'expanding: a frame after every scope was left; it opens a scope' },
  open_scope: { severity: 'error', meaning: 'expanding: a scope is never left; told at its call' },
  unresolved_placeholder: { severity: 'error', meaning: 'expanding: `..` with nothing to stand for; it stays `..`' },
  ambiguous_resume: {
    severity: 'warning',
    meaning: 'expanding: a call may resume several scopes; the latest is taken',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning'; meaning: string }>

/** One of {@link traceDiagnostics}. */
export type TraceDiagnosticCode = keyof typeof traceDiagnostics

/** A fault of a trace, or what its reader should know. */
export interface TraceDiagnostic {
  readonly code: TraceDiagnosticCode
  /** A trace without an error is well-formed. */
  readonly severity: 'error' | 'warning'
  /** The place of the fault, in UTF-16 units of the text. 0 for frames that were made by hand. */
  readonly offset: number
  /** The frame it is about, from 0; the number of frames for what stands behind the last one. */
  readonly frame: number
}

/** Say something of a trace. */
export function diagnose(code: TraceDiagnosticCode, offset: number, frame: number): TraceDiagnostic {
  return { code, severity: traceDiagnostics[code].severity, offset, frame }
}

/** Tells whether there is nothing worse than a warning. */
export function hasNoError(diagnostics: readonly TraceDiagnostic[]): boolean {
  return diagnostics.every(({ severity }) => severity !== 'error')
}
