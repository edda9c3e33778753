using OrleansChat.Server.Options;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>The image, read: what it names exists, and what it becomes is small and without rights.</summary>
public sealed class DockerfileTests
{
    private static readonly Dockerfile Image = Dockerfile.Parse(Repository.Read("silo.Dockerfile"));

    private static readonly string[] Known = ["ARG", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"];

    [Fact]
    public void Orleans_is_the_engine_unless_the_build_says_otherwise()
    {
        Assert.Equal("Engine=Orleans", Assert.Single(Image.Arguments).Text);
        Stage publishing = Assert.Single(Image.Stages, stage => stage.Instructions.Any(instruction => instruction.Text.Contains("dotnet publish", StringComparison.Ordinal)));
        Assert.Equal("Engine", publishing.Only("ARG").Text);
        Assert.Contains("-p:Engine=$Engine ", publishing.Only("RUN").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_instruction_is_known_and_every_image_has_a_version()
    {
        Assert.All(Image.Stages.SelectMany(stage => stage.Instructions), instruction => Assert.Contains(instruction.Name, Known));
        Assert.All(Image.Stages, stage => Assert.Matches(@"^[a-z0-9./-]+:\d+(\.\d+)*-[a-z0-9.-]+$", stage.Image));
    }

    [Fact]
    public void Every_source_of_a_copy_is_in_the_build_or_in_an_earlier_stage()
    {
        string[] context = [.. DockerContext.Files()];
        HashSet<string?> earlier = [];
        foreach (Stage stage in Image.Stages)
        {
            foreach (Instruction copy in stage.Instructions.Where(instruction => instruction.Name == "COPY"))
            {
                if (copy.Flag("from") is { } from)
                {
                    Assert.Contains(from, earlier);
                    continue;
                }

                Assert.All(copy.Operands[..^1], source => Assert.Contains(
                    context, file => file == source || file.StartsWith(source.TrimEnd('/') + "/", StringComparison.Ordinal)));
            }

            earlier.Add(stage.Name);
        }

        Assert.DoesNotContain(context, file => file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("node_modules", StringComparison.Ordinal));
        Assert.DoesNotContain(context, file => file.StartsWith("tests/", StringComparison.Ordinal) || file.StartsWith(".git", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_build_looks_up_in_the_root_is_copied_too()
    {
        string[] wanted = [.. Directory.EnumerateFiles(Repository.Root).Select(Path.GetFileName).OfType<string>().Where(
            name => name is ".editorconfig" or "global.json" or "nuget.config" || name.StartsWith("Directory.", StringComparison.Ordinal))];
        string[] copied = [.. Image.Stages.SelectMany(stage => stage.Instructions).Where(instruction => instruction.Name == "COPY").SelectMany(copy => copy.Operands)];

        Assert.NotEmpty(wanted);
        Assert.All(wanted, name => Assert.Contains(name, copied));
    }

    [Fact]
    public void What_runs_is_nobody_has_no_shell_and_answers_for_its_own_health()
    {
        Assert.EndsWith("-chiseled", Image.Final.Image, StringComparison.Ordinal);
        Assert.True(int.Parse(Image.Final.Only("USER").Text, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.DoesNotContain(Image.Final.Instructions, instruction => instruction.Name == "RUN");
        string[] entry = Image.Final.Only("ENTRYPOINT").Command;
        string[] health = Image.Final.Only("HEALTHCHECK").Command;
        Assert.Equal("dotnet", entry[0]);
        Assert.Equal([.. entry, "--health"], health);
        Assert.True(ServerCommandLine.Parse(health[entry.Length..]).AskHealth);
    }

    [Fact]
    public void Its_settings_are_settings_and_its_port_is_the_one_that_is_open()
    {
        ServerOptions options = ServerSettings.Accepted(Image.Final.Environment);

        Assert.False(options.Http.IsLoopback);
        Assert.Equal(Image.Final.Only("EXPOSE").Text, $"{options.Http.Port}");
        Assert.Equal((null, null), (options.Line, options.Resp));
    }
}
