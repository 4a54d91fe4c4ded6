// A whole AT Protocol network in one process: a directory of accounts, a PDS with its repositories
// and, where DB_POSTGRES_URL names a database, the AppView that reads them.
//
// Environment: CXTUI_BLUESKY_HOME (the folder whose node_modules hold @atproto/dev-env), PDS_PORT,
// LIMITS ("1": the PDS counts requests as a public one does). It answers each line of JSON on its
// standard input with a line of JSON; the first line it writes tells where it is. It ends with its input.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import path from 'node:path'

const require = createRequire(path.join(process.env.CXTUI_BLUESKY_HOME, 'node_modules', 'here.js'))
const dev = require('@atproto/dev-env')
const { createAccessToken } = require('@atproto/pds/dist/account-manager/helpers/auth.js')

const say = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr) // whatever a library prints is no answer

const port = Number(process.env.PDS_PORT)
const database = process.env.DB_POSTGRES_URL
const plc = await dev.TestPlc.create({})
const view = database
  ? await dev.TestBsky.create({
      plcUrl: plc.url,
      pdsPort: port,
      repoProvider: `ws://localhost:${port}`,
      dbPostgresUrl: database,
      dbPostgresSchema: 'appview',
    })
  : null
const pds = await dev.TestPds.create({
  port,
  didPlcUrl: plc.url,
  inviteRequired: false,
  ...(view ? { bskyAppViewUrl: view.url, bskyAppViewDid: view.ctx.cfg.serverDid } : {}),
  ...(process.env.LIMITS === '1' ? { rateLimitsEnabled: true } : {}),
})
dev.mockNetworkUtilities(pds, view)

// What can be asked for that the network's own interface does not do.
const acts = {
  // until the AppView has read everything that stands in the repositories
  async settle() {
    await pds.processAll()
    const last = await pds.ctx.sequencer.curr()
    while (view && last) {
      await view.sub.processAll()
      const read = await view.sub.runner.getCursor()
      if (read !== undefined && read >= last) break
      await new Promise((done) => setTimeout(done, 5))
    }
    return {}
  },
  // an access token that ran out an hour ago
  async expired({ did }) {
    const serviceDid = pds.ctx.cfg.service.did
    const token = { did, serviceDid, jwtKey: pds.jwtSecretKey(), scope: 'com.atproto.appPass', expiresIn: '-1h' }
    return { token: await createAccessToken(token) }
  },
  // what an administrator needs to take an account down
  async admin() {
    return pds.adminAuthHeaders()
  },
}

const reply = (value) => say(JSON.stringify(value) + '\n')
reply({ port, appview: view ? view.url : null })
for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...rest } = JSON.parse(line)
  reply(await acts[act](rest).catch((error) => ({ error: String(error) })))
}
process.exit(0)
