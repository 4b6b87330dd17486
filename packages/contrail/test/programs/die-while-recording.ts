import { TrajectoryRecorder } from '@contrail/recorder'

/** Records two steps into `<root>/<runId>/sample` of each root and is killed before it can finish. */
const [runId, ...roots] = process.argv.slice(2)
for (const outputRoot of roots) {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'sample', instruction: 'Live long.' },
    outputRoot,
    runId,
    persist: true,
  })
  for (const name of ['goto', 'click']) {
    await recorder.record({
      type: 'step_finished',
      actionName: name,
      actionArgs: {},
      reasoning: '',
      toolOutput: { ok: true, result: '' },
    })
  }
}
process.kill(process.pid, 'SIGKILL')
