// Runs with the packages of statuspage.io.json: asks all that the client can ask, and prints the answers.
const {Statuspage} = require(process.argv[2] + "/node_modules/statuspage.io");

const page = new Statuspage("daymark");
page.setApiUrl(process.argv[3]);
const {api} = page;
Promise.all([
  api.getSummary(),
  api.getStatus(),
  api.getComponents(),
  api.incidents.getAll(),
  api.incidents.getUnresolved(),
  api.scheduledMaintenances.getUpcoming(),
]).then((told) => console.log(JSON.stringify(told)));
