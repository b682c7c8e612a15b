// PURE. What a gate should do with a vehicle: one verdict, why, and the one act that may follow.
//
//   go: let in   arrive: note its arrival   wait: not called   ask: a person looks twice   stop: nobody is let in   leave: through the exit
//
// reservations/day_list.py decides for passes by the same rules (manage.py verify_pass).

const ENDED = ["cancelled", "revoked", "unplaced", "completed", "exited", "withdrawn", "moved", "requested"];

const stop = (why, fill = {}) => ({ verdict: "stop", why, fill, act: "" });
const may = (verdict, act, why, fill = {}) => ({ verdict, why, fill, act });

/**
 * `row`: as in the day list, or null; `pass`: a genuine one, or null; `list`: the day list, null while the server was asked;
 * `used`: {at_s} when this page has let it in already; `at_s`: now; `isExit`: at an exit gate.
 */
export function decide({ row, pass, list, used, at_s, isExit }) {
  const against = list && pass ? againstPass(row, pass, list) : null;
  if (against) return against;
  if (!row && !pass) return stop("nobody_expected");
  if (isExit) return atExit(row);
  if (used) return stop("used", { time_s: used.at_s });
  return row ? byState(row, at_s, Boolean(list)) : newPass(pass, list, at_s);
}

/** What the list knows against a pass, whoever it is for. */
function againstPass(row, pass, list) {
  const gone = list.revoked[pass.reservation];
  if (gone === "no_show") return may("arrive", "arrive", "no_show");
  if (gone) return stop(gone);
  if (!list.lanes.includes(pass.lane)) return stop("other_yard");
  return row && row.serial !== pass.serial ? stop("outdated") : null;
}

function atExit(row) {
  if (!row) return may("ask", "exit", "not_inside"); // it came in after the list was made, perhaps
  if (row.state === "admitted") return may("leave", "exit", "leaves");
  return stop(row.state === "exited" ? "exited" : "not_inside");
}

function byState(row, at_s, isOffline) {
  if (ENDED.includes(row.state)) return stop(row.state);
  if (row.state === "admitted") return stop("inside");
  if (row.state === "called") return may("go", "let_in", "called");
  if (row.state === "waiting") {
    return isOffline ? may("ask", "let_in", "waits_offline") : may("wait", "", "waits", { ticket: row.ticket });
  }
  if (row.state === "no_show") return may("arrive", "arrive", "no_show");
  return inTime(row, at_s, isOffline);
}

/** A confirmed reservation. With a net it joins the order; without one there is no order to join, and it is let in. */
function inTime(row, at_s, isOffline) {
  if (at_s < row.opens_s) return stop("too_early", { time_s: row.opens_s });
  if (at_s >= row.until_s) return may("arrive", "arrive", "too_late", { time_s: row.until_s });
  return isOffline ? may("go", "let_in", "in_time") : may("arrive", "arrive", "arrive");
}

/** Given after the list was made. */
function newPass(pass, list, at_s) {
  const [opens_s, until_s] = [pass.starts_s - list.early_s, pass.ends_s + list.grace_s];
  if (at_s < opens_s) return stop("too_early", { time_s: opens_s });
  if (at_s >= until_s) return stop("too_late", { time_s: until_s });
  return may("ask", "let_in", "new_pass");
}
