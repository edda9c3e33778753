using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Web.Tests.Support;

/// <summary>Two nodes that name each other to their pages, and the people of one test.</summary>
internal sealed class WebCluster : IAsyncDisposable
{
    private readonly WebFixture _fixture;
    private readonly List<IAsyncDisposable> _people = [];
    private readonly bool _isShared;

    private WebCluster(WebFixture fixture, ServerProcess north, ServerProcess south, bool isShared)
    {
        _fixture = fixture;
        _isShared = isShared;
        North = north;
        South = south;
    }

    public const string Password = "correct horse battery";

    public ServerProcess North { get; }

    public ServerProcess South { get; }

    /// <summary>On the two nodes of all tests that do nothing to a node.</summary>
    public static WebCluster Share(WebFixture fixture) => new(fixture, fixture.North, fixture.South, isShared: true);

    /// <summary>On two nodes of its own, which the test may pause and kill.</summary>
    public static async Task<WebCluster> StartAsync(WebFixture fixture)
    {
        (ServerProcess north, ServerProcess south) = await StartNodesAsync(fixture.Redis);
        return new WebCluster(fixture, north, south, isShared: false);
    }

    /// <summary>Starts two nodes that name each other to their pages.</summary>
    public static async Task<(ServerProcess North, ServerProcess South)> StartNodesAsync(RedisFixture redis)
    {
        int[] ports = [FreePort.Next(), FreePort.Next()];
        string peers = string.Join(',', ports.Select(port => $"http://127.0.0.1:{port}"));
        Task<ServerProcess> Start(string name, int port) => ServerProcess.StartAsync(
            redis, "--http", $"127.0.0.1:{port}", "--node", name, "--peers", peers, "--limits", "off");
        Task<ServerProcess> north = Start("north", ports[0]);
        Task<ServerProcess> south = Start("south", ports[1]);
        return (await north, await south);
    }

    /// <summary>A name that no other test uses.</summary>
    public string Name(string begin) => _fixture.Name(begin);

    /// <summary>Somebody new in a browser window of their own, signed up at a node.</summary>
    public async Task<WebPerson> JoinAsync(string begin, ServerProcess node)
    {
        WebPerson person = await OpenAsync(Name(begin), node);
        await person.SignUpAsync(Password);
        return person;
    }

    /// <summary>A browser window of somebody who is not signed in.</summary>
    public async Task<WebPerson> OpenAsync(string name, ServerProcess node)
    {
        WebPerson person = await WebPerson.OpenAsync(_fixture.Browser, name, node.Url);
        _people.Add(person);
        return person;
    }

    /// <summary>Somebody new with the native client.</summary>
    public async Task<ChatClient> ConnectAsync(string name, ServerProcess node)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        ChatToken token = await new ChatRest(http).CreateUserAsync(name, Password);
        ChatClient client = new(new ChatClientOptions { Addresses = [node.Url], Token = token.Token });
        _people.Add(client);
        await client.ConnectAsync().WithinAsync();
        return client;
    }

    /// <summary>Makes a group of somebody and others; its id, which is also its title, is the answer.</summary>
    public async Task<string> GroupAsync(ChatClient owner, params string[] members)
    {
        string group = Name("room");
        await owner.CreateGroupAsync(group, group, "open", isPublic: false, members);
        return group;
    }

    /// <summary>Alice in a browser at the first node, bob with the native client at the second, and a group of both, by its title.</summary>
    public async Task<(WebPerson Alice, ChatClient Bob, string Title)> MeetAsync()
    {
        WebPerson alice = await JoinAsync("alice", North);
        ChatClient bob = await ConnectAsync(Name("bob"), South);
        return (alice, bob, await GroupAsync(bob, alice.Name));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable person in _people)
        {
            await person.DisposeAsync();
        }

        if (!_isShared)
        {
            await South.DisposeAsync();
            await North.DisposeAsync();
        }
    }
}
