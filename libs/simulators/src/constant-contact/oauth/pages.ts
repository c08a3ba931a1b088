/** The page on which an owner signs in and grants; the form posts to the same address. */
export function consentPage(action: string, accounts: readonly { id: string; name: string }[]): string {
  const options = accounts.map(({ id, name }) => `<option value="${escaped(id)}">${escaped(name)}</option>`).join('');
  return page(
    'Allow access?',
    `<form method="post" action="${escaped(action)}">
<p><label>Account <select name="account">${options}</select></label></p>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

export function errorPage(message: string): string {
  return page('Something is wrong', `<p>${escaped(message)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} (simulated Constant Contact)</title></head>
<body><h1>${title}</h1>
${body}
<p>This is a simulator, not Constant Contact.</p></body></html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
