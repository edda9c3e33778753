# The image of every process of a cluster; CHAT__ROLE says which part one plays.
#   docker build -f silo.Dockerfile -t orleanschat .
#   docker build -f silo.Dockerfile -t orleanschat --build-arg Engine=Embedded .
ARG Engine=Orleans

FROM node:22-bookworm-slim AS web
WORKDIR /source/src/web
COPY src/web/package.json src/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY src/web/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS server
ARG Engine
WORKDIR /source
COPY .editorconfig Directory.Build.props Directory.Packages.props global.json ./
COPY src/ src/
COPY --from=web /source/src/OrleansChat.Server/wwwroot/ src/OrleansChat.Server/wwwroot/
RUN dotnet publish src/OrleansChat.Server/OrleansChat.Server.csproj -c Release -p:Engine=$Engine -p:WebClientIsBuilt=true -p:UseAppHost=false -o ../app

# No shell, no package manager, and a user without rights.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=server /app/ ./
ENV CHAT__HTTP=*:8080 CHAT__LINE=off CHAT__RESP=off CHAT__LOGFORMAT=json
USER 1654
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["dotnet", "OrleansChat.Server.dll", "--health"]
ENTRYPOINT ["dotnet", "OrleansChat.Server.dll"]
