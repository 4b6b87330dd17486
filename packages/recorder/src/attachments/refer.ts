import { AttachmentReference, type JournalEntry } from '@contrail/core'
import { attachmentName } from '../directory/names.ts'

/** Notes in the line of an event which attachments of its run it refers to, so that who reads the line knows the files. */
export class AttachmentNames {
  /** File names by sha256, of what was attached. */
  private readonly names = new Map<string, string>()

  add(reference: AttachmentReference): void {
    this.names.set(reference.sha256, attachmentName(reference))
  }

  /** @param entry on its way into the journal */
  refer(entry: JournalEntry): JournalEntry {
    if (this.names.size === 0 || entry.type === 'gap') return entry
    const found = new Set<string>()
    this.collect(entry.event, found)
    return found.size > 0 ? { ...entry, attachments: [...found] } : entry
  }

  private collect(event: unknown, found: Set<string>): void {
    const waiting: unknown[] = [event]
    while (waiting.length > 0) {
      const value = waiting.pop()
      if (typeof value !== 'object' || value === null) continue
      const name = this.names.get(String((value as { sha256?: unknown }).sha256))
      if (name !== undefined && AttachmentReference.safeParse(value).success) found.add(name)
      for (const nested of Object.values(value)) if (nested !== null) waiting.push(nested)
    }
  }
}
