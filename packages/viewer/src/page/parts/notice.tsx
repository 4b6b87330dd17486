import type { ComponentChildren } from 'preact'
import { shown } from './shown.ts'

/** A state in which there is nothing else to see: what is the matter, and what to do. */
export function Notice({ title, home, children }: { title: string; home?: boolean; children: ComponentChildren }) {
  return (
    <main class="notice">
      <h1 class="hush">Contrail</h1>
      <h2>{shown(title)}</h2>
      {children}
      {home && (
        <p>
          <a href="#/">All recordings</a>
        </p>
      )}
    </main>
  )
}
