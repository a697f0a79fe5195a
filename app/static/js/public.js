// Only for public pages with a form; the status page itself runs no script.
import "./errors.js";
import "./double-submit.js";
