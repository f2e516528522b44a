# An image with bond-import and nothing that only its making needs:
#   docker build -t bond-import .
#   docker run --rm -e BOND_… -v "$PWD:/work" bond-import run customers.csv
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp
# Installed with the versions that are locked here.
WORKDIR /opt/bond-import
RUN tar --extract --gzip --file /tmp/bond-import-*.tgz --strip-components 1 \
 && cp /src/package-lock.json . \
 && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# curl fetches the input and takes the results away (samples/schedule/cronjob.yaml).
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn*
COPY --from=build /opt/bond-import /opt/bond-import
RUN ln -s /opt/bond-import/dist/main.js /usr/local/bin/bond-import \
 && install --directory --owner node --group node /work
USER node
WORKDIR /work
ENTRYPOINT ["bond-import"]
