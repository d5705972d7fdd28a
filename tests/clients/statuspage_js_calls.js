// Run by Node beside statuspage.js 1.0.17: every call of its interface, and its poller.
const [url, modules] = process.argv.slice(2);
const { Statuspage, StatuspageUpdates } = require(`${modules}/statuspage.js`);
const assert = require("assert");

async function main() {
  const page = new Statuspage("acme");
  page.axios.defaults.baseURL = `${url}/api/v2`;
  const said = {};
  const every = Object.getOwnPropertyNames(Statuspage.prototype).filter((name) => !["constructor", "_makeRequest"].includes(name));
  for (const name of every) said[name] = await page[name]();
  assert.ok(said.summary.page.updated_at instanceof Date);
  assert.ok(said.summary.incidents[0].created_at instanceof Date);
  assert.strictEqual(said.status.status.indicator, "major");
  assert.strictEqual(said.components.components[0].name, "Checkout");
  assert.strictEqual(said.allIncidents.incidents.length, 2);
  assert.strictEqual(said.unresolvedIncidents.incidents[0].status, "identified");
  assert.strictEqual(said.allScheduledMaintenances.scheduled_maintenances.length, 1);
  assert.strictEqual(said.activeScheduledMaintenances.scheduled_maintenances.length, 0);
  assert.ok(said.upcomingScheduledMaintenances.scheduled_maintenances[0].scheduled_for instanceof Date);
  StatuspageUpdates.prototype.fetch = ((first) => function () {
    this.statuspage.axios.defaults.baseURL = `${url}/api/v2`;
    return first.call(this);
  })(StatuspageUpdates.prototype.fetch);
  const poller = new StatuspageUpdates("acme", 10);
  const ran = new Promise((done) => poller.once("run", done));
  await poller.start();
  await ran;
  assert.strictEqual(poller.checkUpdate(), false);
  assert.strictEqual(poller.curr.incidents.length, 2);
  assert.ok(poller.stop());
  console.log(JSON.stringify({ made: every.length, missing: every.filter((name) => !(name in said)) }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
