// One way to post from a script: with the page's token, same origin, and an error for any answer but success.
export async function post(url, body, headers = {}) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, ...headers } });
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return answer;
}
