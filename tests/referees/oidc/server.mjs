// oidc-provider (certified) under ДАН's addresses. Argument: JSON {client_id, client_secret, redirect_uri, scopes}.
// Prints one line, {"url": ...}, when it answers. What ДАН has and OpenID does not: an opaque scope (each one that may
// be asked for is registered here) and the data at /oauth2/api/v1/service instead of a user info.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  clients: [{
    client_id: asked.client_id,
    client_secret: asked.client_secret,
    redirect_uris: [asked.redirect_uri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_post',
  }],
  scopes: ['openid', ...asked.scopes],
  pkce: { required: () => true },
  routes: { authorization: '/oauth2/authorize', token: '/oauth2/token' },
  cookies: { keys: ['only-for-the-tests'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

// nonce and max_age need the scope `openid` here; at ДАН there is no such scope.
provider.use(async (ctx, next) => {
  if (ctx.path === '/oauth2/authorize' && ctx.query.scope) {
    ctx.query = { ...ctx.query, scope: `openid ${ctx.query.scope}` };
  }
  if (ctx.path !== '/oauth2/api/v1/service') return next();
  const token = await provider.AccessToken.find((ctx.get('authorization').match(/^Bearer (.+)$/) ?? [])[1] ?? '');
  if (!token) {
    ctx.status = 401;
    ctx.body = { error: 'invalid_token' };
    return undefined;
  }
  ctx.body = [{ citizen_loginType: 7 }, ...services(token)];
  return undefined;
});

function services(token) {
  const [scope] = token.scope.split(' ').filter((one) => one !== 'openid');
  return JSON.parse(Buffer.from(scope, 'base64').toString()).map((entry) => ({
    wsdl: entry.wsdl,
    services: Object.fromEntries(entry.services.map((name) => [name, {
      request: { regnum: token.accountId },
      requestId: token.jti,
      resultCode: 0,
      resultMessage: 'ok',
      response: { regnum: token.accountId, firstname: 'Туршилт', image: 'aGVsbG8=' },
    }])),
  }));
}

server.on('request', provider.callback());
console.log(JSON.stringify({ url }));
