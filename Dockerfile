# One Tandem node. Postgres and NATS are servers of their own: see docker-compose.yml.

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.base.json ./
COPY packages packages
RUN npm ci --no-audit --no-fund \
  && node node_modules/typescript/bin/tsc -b \
  && npm run build:pages --workspace @tandem/console \
  # What a node needs at run time and no more. The optional packages are the embedded Postgres.
  && rm -rf node_modules \
  && npm ci --no-audit --no-fund --omit=dev --omit=optional --ignore-scripts \
  && rm -rf packages/testing packages/console/web packages/*/src packages/*/tsconfig* node_modules/@tandem/testing

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY bin bin
COPY LICENSE ./
# The journal of what is not yet billed lives here: keep it on a volume.
RUN mkdir data && chown node:node data
VOLUME /app/data
USER node
EXPOSE 5060/udp 5060/tcp 8080/tcp
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bin/tandem"]
CMD ["start"]
