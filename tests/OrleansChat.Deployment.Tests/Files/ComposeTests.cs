using System.Net;
using System.Text.RegularExpressions;
using OrleansChat.Server.Options;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>The cluster as Docker starts it, read: what it names exists, and its parts fit together.</summary>
public sealed partial class ComposeTests
{
    private static readonly Dictionary<object, object> Compose = Yaml("docker-compose.yml");

    private static readonly Dictionary<object, object> Services = Map(Compose, "services");

    [Fact]
    public void There_are_Redis_two_silos_two_gateways_and_a_balancer()
    {
        Assert.Equal(["balancer", "gateway", "redis", "silo"], Services.Keys.Cast<string>().Order(StringComparer.Ordinal));
        foreach (string role in new[] { "silo", "gateway" })
        {
            Dictionary<object, object> service = Map(Services, role);
            Assert.Equal("2", Map(service, "deploy")["replicas"]);
            Assert.Equal("silo.Dockerfile", Map(service, "build")["dockerfile"]);
            Assert.Equal("${ENGINE:-Orleans}", Map(service, "build", "args")["Engine"]);
            Assert.Equal("true", service["read_only"]);

            // --scale needs names and ports that are not taken by the first.
            Assert.False(service.ContainsKey("container_name") || service.ContainsKey("ports"));
        }
    }

    [Fact]
    public void The_settings_of_silos_and_gateways_are_settings()
    {
        Dictionary<string, string?> image = Dockerfile.Parse(Repository.Read("silo.Dockerfile")).Final.Environment;
        foreach (string role in new[] { "silo", "gateway" })
        {
            Dictionary<string, string?> own = Environment(Map(Services, role));
            ServerOptions options = ServerSettings.Accepted(image.Concat(own).ToDictionary());

            Assert.Equal(role, own["CHAT__ROLE"]);
            Assert.Equal("redis:6379", options.Redis!.ToString());
        }

        ServerOptions gateway = ServerSettings.Accepted(image.Concat(Environment(Map(Services, "gateway"))).ToDictionary());
        string subnet = Assert.IsType<string>(((Dictionary<object, object>)((List<object>)Map(Compose, "networks", "default", "ipam")["config"])[0])["subnet"]);
        Assert.Equal(IPNetwork.Parse(subnet), Assert.Single(gateway.TrustedProxies));
    }

    [Fact]
    public void The_embedded_engine_runs_from_the_same_file_without_silos()
    {
        Dictionary<object, object> services = Map(Yaml("deploy/embedded.yml"), "services");

        Assert.Equal("0", Map(services, "silo", "deploy")["replicas"]);
        Assert.All(["silo", "gateway"], role => Assert.Equal("Embedded", Map(services, role, "build", "args")["Engine"]));
        Assert.Equal(ServerRole.All, ServerSettings.Accepted(Environment(Map(services, "gateway"))).Role);
    }

    [Fact]
    public void Redis_keeps_what_it_was_given_and_evicts_nothing()
    {
        Dictionary<object, object> redis = Map(Services, "redis");
        string[] command = [.. ((List<object>)redis["command"]).Cast<string>()];

        Assert.Equal("yes", command[Array.IndexOf(command, "--appendonly") + 1]);
        Assert.Equal("noeviction", command[Array.IndexOf(command, "--maxmemory-policy") + 1]);
        string volume = Assert.Single(((List<object>)redis["volumes"]).Cast<string>());
        Assert.True(Map(Compose, "volumes").ContainsKey(volume.Split(':')[0]));
        Assert.EndsWith(":/data", volume, StringComparison.Ordinal);
    }

    [Fact]
    public void The_balancer_gets_files_that_exist_and_asks_for_the_gateways_by_their_name()
    {
        Dictionary<object, object> balancer = Map(Services, "balancer");
        string[][] mounts = [.. ((List<object>)balancer["volumes"]).Cast<string>().Select(mount => mount.Split(':'))];
        string[] command = [.. ((List<object>)balancer["command"]).Cast<string>()];

        Assert.All(mounts, mount => Assert.True(File.Exists(Repository.Path(mount[0])), mount[0]));
        Assert.Contains(command[Array.IndexOf(command, "-c") + 1], mounts.Select(mount => mount[1]));
        Match server = Server().Match(Repository.Read("deploy/gateways.conf"));
        Assert.True(Services.ContainsKey(server.Groups["name"].Value));
        Assert.Equal(Dockerfile.Parse(Repository.Read("silo.Dockerfile")).Final.Only("EXPOSE").Text, server.Groups["port"].Value);
        Assert.Equal("8080", Assert.Single(((List<object>)balancer["ports"]).Cast<string>()).Split(':')[^1]);
    }

    [Fact]
    public void Stickiness_is_to_addresses_although_all_gateways_share_a_name() =>
        Assert.DoesNotMatch(@"hash .* consistent;", Repository.Read("deploy/nginx.conf"));

    [Fact]
    public void Every_service_waited_for_can_tell_that_it_is_healthy()
    {
        foreach (object name in Services.Keys)
        {
            Dictionary<object, object> service = Map(Services, name);
            foreach (object waited in service.ContainsKey("depends_on") ? Map(service, "depends_on").Keys.ToArray() : [])
            {
                Dictionary<object, object> other = Map(Services, waited);
                Assert.True(other.ContainsKey("healthcheck") || other.ContainsKey("build"), $"{name} waits for {waited}");
            }
        }
    }

    private static Dictionary<object, object> Yaml(string path) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(Repository.Read(path)))));

    private static Dictionary<object, object> Map(Dictionary<object, object> from, params object[] keys) =>
        keys.Aggregate(from, (map, key) => Assert.IsType<Dictionary<object, object>>(map[key]));

    private static Dictionary<string, string?> Environment(Dictionary<object, object> service) =>
        Map(service, "environment").ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value);

    [GeneratedRegex(@"^server (?<name>[a-z]+):(?<port>\d+) .*resolve;$", RegexOptions.Multiline)]
    private static partial Regex Server();
}
