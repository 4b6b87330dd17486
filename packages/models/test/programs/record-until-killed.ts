/** Records calls into the cassette it is given, and says each when it is on the disk, until somebody kills it. */
import { cassetteModel, scriptedModel } from '@contrail/models'

const [file = '', name = ''] = process.argv.slice(2)
const model = cassetteModel({ file, model: scriptedModel(() => 'x'.repeat(20_000)) })
for (let index = 0; ; index += 1) {
  await model.generate({ parts: [{ type: 'text', text: `${name} ${index}` }] })
  process.stdout.write(`${index}\n`)
}
