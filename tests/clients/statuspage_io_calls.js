// Run by Node beside statuspage.io 3.3.8: every call of its interface.
const [url, modules] = process.argv.slice(2);
const { Statuspage } = require(`${modules}/statuspage.io`);
const assert = require("assert");

async function main() {
  const page = new Statuspage("acme");
  page.setApiUrl(url);
  const made = [];
  const call = async (name, run) => {
    made.push(name);
    return run();
  };
  const { api } = page;
  const summary = await call("getSummary", api.getSummary);
  assert.strictEqual(summary.incidents.length, 1);
  assert.strictEqual(summary.incidents[0].incident_updates[0].status, "identified");
  assert.strictEqual(summary.scheduled_maintenances.length, 1);
  assert.strictEqual((await call("getStatus", api.getStatus)).status.indicator, summary.status.indicator);
  assert.strictEqual((await call("getComponents", api.getComponents)).components.length, 1);
  assert.strictEqual((await call("incidents.getAll", () => api.incidents.getAll())).incidents.length, 2);
  assert.strictEqual((await call("incidents.getUnresolved", () => api.incidents.getUnresolved())).incidents.length, 1);
  for (const name of ["getActive", "getAll", "getUpcoming"]) {
    const said = await call(`scheduledMaintenances.${name}`, () => api.scheduledMaintenances[name]());
    assert.strictEqual(said.scheduled_maintenances[0].status, "scheduled");
  }
  // These ask with GET, and the last with DELETE at the wrong address: whatever they get, nothing may change by it.
  for (const name of ["createComponentSubscription", "createIncidentSubscription", "createPageSubscription", "getSubscription", "removeSubscription"]) {
    const status = await call(`subscribers.${name}`, () =>
      api.subscribers[name]({ email: "a@customer.example" }).then(() => 200, (error) => error.response.status),
    );
    assert.ok(status < 500, `${name}: ${status}`);
  }
  const own = (object) => Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== "constructor");
  const every = ["getSummary", "getStatus", "getComponents"].concat(
    ...["incidents", "scheduledMaintenances", "subscribers"].map((part) => own(api[part]).map((name) => `${part}.${name}`)),
  );
  console.log(JSON.stringify({ made: made.length, missing: every.filter((name) => !made.includes(name)) }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
