import { launchBrowser } from '@contrail/browser'
import { afterAll, beforeAll } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { testAccess } from './viewer/access.ts'
import { testContract } from './viewer/contract.ts'
import { testFacts } from './viewer/facts.ts'
import { testFile } from './viewer/file.ts'
import { testHostility } from './viewer/hostile.ts'
import { testKeys } from './viewer/keys.ts'
import { testLabels } from './viewer/labels.ts'
import { testLinks } from './viewer/links.ts'
import { testList } from './viewer/list.ts'
import { testNeighbours } from './viewer/neighbours.ts'
import { openStage, type Stage } from './viewer/stage.ts'
import { testStates } from './viewer/states.ts'

// One browser, one server and one recording of the demo serve all of these.
const browser = useBrowser(launchBrowser)
let opened: Stage
beforeAll(async () => {
  opened = await openStage(browser())
})
afterAll(() => opened.close())
const stage = (): Stage => opened

// First those that need no recording of the demo, which is being made meanwhile, or need it last.
testList(stage)
testLabels(stage)
testHostility(stage)
testStates(stage)
testLinks(stage)
testContract(stage)
testKeys(stage)
testFacts(stage)
testFile(stage)
testNeighbours(stage)
testAccess(stage)
