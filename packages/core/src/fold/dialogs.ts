import type { Dialog } from '../events/events.ts'

/** Dialogs told one after the other. What is told as answered takes the place of the same dialog told while it was open. */
export function joinDialogs(
  before: readonly Dialog[] | undefined,
  later: readonly Dialog[] | undefined,
): readonly Dialog[] | undefined {
  if (!before || !later) return later ?? before
  const joined = [...before]
  for (const dialog of later) {
    const open = joined.findIndex(
      (known) => !known.answered && known.type === dialog.type && known.message === dialog.message,
    )
    if (dialog.answered && open >= 0) joined[open] = dialog
    else joined.push(dialog)
  }
  return joined
}
