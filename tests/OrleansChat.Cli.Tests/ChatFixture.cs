using OrleansChat.Client;
using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(OrleansChat.Cli.Tests.ChatFixture))]

namespace OrleansChat.Cli.Tests;

/// <summary>One node that stays, on a Redis of the tests' own. Tests keep out of each other's way by names of their own.</summary>
public sealed class ChatFixture : IAsyncLifetime
{
    private ServerProcess? _server;
    private int _names;

    public RedisFixture Redis { get; } = new();

    public ServerProcess Server => _server ?? throw new InvalidOperationException("The fixture was not initialised.");

    /// <summary>A name that no other test uses.</summary>
    public string Name(string begin) => $"{begin}{Interlocked.Increment(ref _names)}";

    /// <summary>Another node of the same cluster, which the test may kill.</summary>
    public Task<ServerProcess> StartNodeAsync(params string[] arguments) => ServerProcess.StartAsync(Redis, ["--limits", "off", .. arguments]);

    /// <summary>Somebody with a folder for the configuration, who has not signed in yet.</summary>
    public Person Stranger(string begin) => new(Server.Url, Name(begin));

    /// <summary>Somebody who is signed in.</summary>
    public async Task<Person> PersonAsync(string begin)
    {
        Person person = Stranger(begin);
        using HttpClient http = new() { BaseAddress = Server.Url };
        ChatToken token = await new ChatRest(http).CreateUserAsync(person.Name, Person.Password).WithinAsync(what: "the registration");
        await person.SignInAsync(token.Token, Server.Url);
        return person;
    }

    /// <summary>Two people at once.</summary>
    public async Task<(Person One, Person Other)> PairAsync()
    {
        Person[] both = await Task.WhenAll(PersonAsync("ann"), PersonAsync("ben"));
        return (both[0], both[1]);
    }

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        _server = await StartNodeAsync("--node", "first");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }
}
