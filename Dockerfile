# One image for all services: `docker run portage auth`, `poller` or `loader`; also the programs, `docker run portage db-migrate`.
FROM node:24-slim AS build
WORKDIR /portage
COPY package.json package-lock.json .npmrc ./
# Install scripts fetch what only development needs: a second Node, a PostgreSQL.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY schemas schemas
COPY libs libs
COPY apps apps
COPY tools tools
RUN npm run -s build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
    KAFKAJS_NO_PARTITIONER_WARNING=1 \
    BIND_ADDRESS=0.0.0.0 \
    PORTAGE_HOME=/tmp/portage
WORKDIR /portage
COPY --from=build /portage/package.json ./
COPY --from=build /portage/node_modules node_modules
COPY --from=build /portage/dist dist
USER node
ENTRYPOINT ["node", "--enable-source-maps", "/portage/dist/tools/run/container.mjs"]
CMD ["auth"]
