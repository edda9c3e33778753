namespace OrleansChat.Client;

/// <summary>Settings of a <see cref="ChatClient"/>.</summary>
public sealed record ChatClientOptions
{
    /// <summary>The nodes, for example <c>http://host:8080</c>. A lost connection goes on at the next one.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>The token; or see <see cref="TokenProvider"/>.</summary>
    public string? Token { get; init; }

    /// <summary>Asked for a token before each connection, for tokens that expire. A <see cref="ChatException"/> that does not allow a retry ends the client.</summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; init; }

    /// <summary>Positions kept from an earlier run, to go on from there; see <see cref="ChatClient.Positions"/>.</summary>
    public IReadOnlyDictionary<string, ChatPosition>? Positions { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gives numbers from 0 to 1, to spread waiting times.</summary>
    public Func<double> Random { get; init; } = DefaultRandom;

    /// <summary>Gives the ids of messages that are sent without one.</summary>
    public Func<string> NewClientId { get; init; } = static () => Guid.CreateVersion7().ToString("N");

    /// <summary>The first bound of the waiting time between attempts; it doubles from there.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest waiting time between attempts.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many attempts in a row may fail before the first connection stands; then the client ends, and connecting throws. Null: any number. A connection that once stood is always sought again.</summary>
    public int? FirstAttempts { get; init; }

    /// <summary>How long connecting and syncing may take each before the next node is tried.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a command may wait for a connection and its answer; it is also how long a send may go unanswered before the connection is given up.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many sends may be unanswered at a time; the server allows 128.</summary>
    public int MaxInFlight { get; init; } = 128;

    /// <summary>The same for one conversation. With 1, not even a failure between two sends can change their order.</summary>
    public int MaxInFlightPerConversation { get; init; } = 128;

    /// <summary>How many sends may wait for their acknowledgement; one more throws <see cref="OutboxFullException"/>.</summary>
    public int OutboxCapacity { get; init; } = 1024;

    /// <summary>How many events may wait to be read. Messages beyond are dropped and fetched again once half of these are read.</summary>
    public int EventCapacity { get; init; } = 65_536;

#pragma warning disable CA5394 // Spreads waiting times; nothing secret.
    private static double DefaultRandom() => System.Random.Shared.NextDouble();
#pragma warning restore CA5394
}
