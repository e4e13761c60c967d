/** What `/` shows where the console's pages were not built. */
export const unbuiltPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tandem: the console is not built</title>
<h1>The console is not built</h1>
<p>This node works; only its web pages are missing. Run <code>npm run build</code> in its folder
and start it again, or use the API: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>,
<a href="/metrics">/metrics</a>, or <code>bin/tandem nodes</code>.</p>
</html>
`;
