using System.Reflection;

namespace OrleansChat.Architecture.Tests;

/// <summary>Who may know whom. Project files say what is allowed to compile, assemblies what is used.</summary>
public sealed class ProjectReferenceTests
{
    [Fact]
    public void Abstractions_refers_to_the_programming_model_and_to_nothing_that_does_io()
    {
        SourceProject project = SourceProject.All["OrleansChat.Abstractions"];

        Assert.Equal(["OrleansChat.Runtime"], project.Projects);
        Assert.Subset(new HashSet<string> { "Microsoft.Orleans.Sdk", "Microsoft.Orleans.Streaming" }, project.Packages.ToHashSet());
        Assert.Empty(project.Frameworks);
    }

    [Fact]
    public void Runtime_refers_to_no_project_and_no_package()
    {
        SourceProject project = SourceProject.All["OrleansChat.Runtime"];

        Assert.Empty(project.Projects);
        Assert.Empty(project.Packages);
    }

    [Fact]
    public void Protocols_refers_to_no_project_no_package_and_no_web_framework()
    {
        SourceProject project = SourceProject.All["OrleansChat.Protocols"];

        Assert.Empty(project.Projects);
        Assert.Empty(project.Packages);
        Assert.Empty(project.Frameworks);
    }

    [Fact]
    public void Client_refers_to_no_project_of_the_server() =>
        Assert.Subset(new HashSet<string> { "OrleansChat.Protocols" }, SourceProject.All["OrleansChat.Client"].Projects.ToHashSet());

    [Fact]
    public void Cli_sees_the_client_library_and_nothing_of_the_server()
    {
        SourceProject project = SourceProject.All["OrleansChat.Cli"];

        Assert.Subset(new HashSet<string> { "OrleansChat.Client", "OrleansChat.Abstractions" }, project.Projects.ToHashSet());
        Assert.Equal(["System.CommandLine"], project.Packages);
        Assert.Empty(project.Frameworks);
    }

    [Theory]
    [InlineData("OrleansChat.Grains", "OrleansChat.Redis")]
    [InlineData("OrleansChat.Grains", "OrleansChat.Gateway")]
    [InlineData("OrleansChat.Gateway", "OrleansChat.Grains")]
    [InlineData("OrleansChat.Gateway", "OrleansChat.Redis")]
    [InlineData("OrleansChat.Redis", "OrleansChat.Grains")]
    [InlineData("OrleansChat.Redis", "OrleansChat.Gateway")]
    public void One_never_sees_the_other(string project, string other)
    {
        Assert.DoesNotContain(SourceProject.All[project].Reached(), reached => reached.Name == other);
        Assert.DoesNotContain(Referenced(project), name => name == other);
    }

    [Theory]
    [InlineData("OrleansChat.Grains")]
    [InlineData("OrleansChat.Gateway")]
    [InlineData("OrleansChat.Abstractions")]
    [InlineData("OrleansChat.Runtime")]
    [InlineData("OrleansChat.Protocols")]
    public void Only_the_Redis_project_touches_the_Redis_client(string project)
    {
        if (project == "OrleansChat.Runtime" && typeof(Orleans.Grain).Assembly.GetName().Name != project)
        {
            Assert.Skip("Only the embedded engine has it.");
        }

        Assert.DoesNotContain(SourceProject.All[project].Reached().Prepend(SourceProject.All[project]), reached => reached.Packages.Contains("StackExchange.Redis"));
        Assert.DoesNotContain(Referenced(project), name => name.StartsWith("StackExchange.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OrleansChat.Protocols")]
    [InlineData("OrleansChat.Abstractions")]
    [InlineData("OrleansChat.Grains")]
    public void What_is_inside_knows_no_web_server(string project) =>
        Assert.DoesNotContain(Referenced(project), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Protocols_knows_no_Orleans() =>
        Assert.DoesNotContain(Referenced("OrleansChat.Protocols"), name => name.StartsWith("Orleans", StringComparison.Ordinal));

    private static IEnumerable<string> Referenced(string project) =>
        Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name ?? "");
}
