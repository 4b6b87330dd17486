import { messageOf } from '@contrail/core'
import { render } from 'preact'
import { App } from './app.tsx'
import { createFileSource } from './state/file-source.ts'
import { followKeys } from './state/keys.ts'
import { followAddress, goTo, readFragment, route, toFragment } from './state/route.ts'
import { createServerSource, openSession } from './state/server-source.ts'
import { annotator, connect, failure, takeList } from './state/state.ts'
import { followTheme } from './state/theme.ts'

const asked = readFragment(location.hash)
// The token leaves the address before anything else is done: nobody reads it over a shoulder, and no bookmark keeps it.
if (asked.token !== undefined) history.replaceState(null, '', toFragment(asked.route))
route.value = asked.route
followTheme()
// A link that is opened where the page is open already leads here without loading it anew.
followAddress((token) => void start(token))
followKeys()
const page = document.getElementById('page')
if (page) render(<App />, page)
await start(asked.token)

async function start(token: string | undefined): Promise<void> {
  failure.value = undefined
  try {
    const file = createFileSource(document)
    const source = file ?? createServerSource()
    if (!file && token !== undefined) await openSession(token)
    connect(source)
    const list = await source.list()
    annotator.value = list.annotator
    takeList(list)
    const [only] = list.rows
    if (file && only && !route.value) goTo({ run: only.run, task: only.task, step: undefined }, true)
  } catch (error) {
    failure.value = messageOf(error)
  }
}
