using System.Diagnostics;
using System.Net;
using OrleansChat.Redis;
using OrleansChat.Server;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>By <c>./test.sh Deployment -- -explicit only -class '*DockerfileBuildTests'</c>: it downloads packages and takes a minute or more.</summary>
public sealed class DockerfileBuildTests
{
    [Fact(Explicit = true)]
    public async Task Every_command_of_the_Dockerfile_runs_and_what_it_leaves_serves_the_page_and_answers_for_its_health()
    {
        await using TestDirectory scratch = new();
        Dockerfile image = Dockerfile.Parse(Repository.Read("silo.Dockerfile"));
        DockerfileBuild build = new(image, scratch.Path, new Dictionary<string, string> { ["Engine"] = ChatEngine.Name });
        (string workingDirectory, Dictionary<string, string?> environment) = await build.RunAsync();

        await using RedisFixture redis = await RedisFixture.StartAsync();
        int port = FreePort.Next();
        environment["CHAT__HTTP"] = environment["CHAT__HTTP"]!.Replace("8080", $"{port}", StringComparison.Ordinal);
        environment["CHAT__REDIS"] = redis.Endpoint;
        using Process server = Start(image.Final.Only("ENTRYPOINT").Command, workingDirectory, environment);
        Watchdog.Watch(server.Id);
        try
        {
            Assert.StartsWith("ready ", await server.StandardOutput.ReadLineAsync().WithinAsync(TimeSpan.FromSeconds(60), "the ready line"), StringComparison.Ordinal);
            using Process health = Start(image.Final.Only("HEALTHCHECK").Command, workingDirectory, environment);
            await health.WaitForExitAsync().WithinAsync(TimeSpan.FromSeconds(60), "the health check");
            Assert.Equal(0, health.ExitCode);
            using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            using HttpResponseMessage page = await http.GetAsync("/").WithinAsync();
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
            Assert.Contains("/assets/", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            PosixSignals.Terminate(server.Id);
            await server.WaitForExitAsync().WithinAsync(what: "the end of the server");
            Watchdog.Forget(server.Id);
        }

        Assert.Equal(0, server.ExitCode);
        using Process after = Start(image.Final.Only("HEALTHCHECK").Command, workingDirectory, environment);
        await after.WaitForExitAsync().WithinAsync(TimeSpan.FromSeconds(60), "the health check");
        Assert.Equal(1, after.ExitCode);
        long size = new DirectoryInfo(workingDirectory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"The program takes {size / 1_000_000.0:0.0} MB.");
    }

    private static Process Start(string[] command, string workingDirectory, Dictionary<string, string?> environment)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = false,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
