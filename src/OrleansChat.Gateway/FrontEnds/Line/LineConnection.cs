using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using OrleansChat.Gateway.FrontEnds.Line.Talks;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Line;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>
/// One line connection: a loop that reads lines and carries them out one after the other, and, once somebody has signed in, a loop that
/// writes the session's queue. Who does not read their answers is not asked for more lines.
/// </summary>
internal sealed partial class LineConnection
{
    private const string Bye = "OK bye";

    /// <summary>Commands a second from somebody who has not signed in.</summary>
    private const int StrangersCommands = 10;

    /// <summary>How long a connection may stay without NICK; also bounds how slowly a first line may drip in.</summary>
    private static readonly TimeSpan SignInPatience = TimeSpan.FromMinutes(2);

    /// <summary>How long a client that is being closed gets to read what is on its way.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);

    private readonly LineDecoder _decoder = new();
    private readonly LineDoor _door;
    private readonly ConnectionContext _connection;
    private readonly RateLimit _strangersPace;
    private string _farewell = Bye;
    private volatile bool _leaving;
    private Task _writing = Task.CompletedTask;

    public LineConnection(LineDoor door, ConnectionContext connection)
    {
        _door = door;
        _connection = connection;
        int pace = door.Options.Limits.CommandsPerSecond;
        _strangersPace = new RateLimit(door.Time, Math.Min(pace, StrangersCommands));
    }

    /// <summary>The session; null before NICK.</summary>
    public ChatSession? Session { get; private set; }

    public LineTalks Talks { get; } = new();

    public LineEcho Echo { get; } = new();

    public IPAddress? Address => (_connection.RemoteEndPoint as IPEndPoint)?.Address;

    public TimeProvider Time => _door.Time;

    private PipeWriter Output => _connection.Transport.Output;

    public async Task RunAsync()
    {
        using OpenConnection counted = ChatMetrics.Connected("line");
        using var patience = new CancellationTokenSource(SignInPatience, Time);
        await using CancellationTokenRegistration idle = patience.Token.UnsafeRegister(
            static state => ((LineConnection)state!).EndStranger("* bye idle"), this);
        await using CancellationTokenRegistration stopping = ShuttingDown.UnsafeRegister(
            static state => ((LineConnection)state!).EndStranger("* bye shutdown"), this);
        try
        {
            await ReadAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The connection broke, or the session ended while a command waited.
        }
        finally
        {
            await LeaveAsync();
        }
    }

    /// <summary>Answers a line. Waits while too much waits to be read by the client.</summary>
    public async Task SayAsync(string line)
    {
        if (Session is { } session)
        {
            await session.Queue.WaitForRoomAsync(session.Closed);
            session.Queue.AddReply(Encoding.UTF8.GetBytes(line));
            return;
        }

        Put(Encoding.UTF8.GetBytes(line));
        await Output.FlushAsync();
    }

    /// <summary>Somebody has signed in: their queue begins with these lines, and is written from now on.</summary>
    public void Begin(ChatSession session)
    {
        Session = session;
        _marks = new LineReadMarks(_door.Chat, session.Caller, Time);
        _writing = WriteAsync(session);
    }

    /// <summary>The client takes its leave: no further line is read.</summary>
    public void Quit() => _leaving = true;

    private CancellationToken ShuttingDown =>
        _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;

    private async Task ReadAsync()
    {
        PipeReader input = _connection.Transport.Input;
        while (!_leaving)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                ReadOnlyMemory<byte> rest = part;
                while (!_leaving && TryReadLine(ref rest, out LineRead line))
                {
                    await HandleAsync(line);
                }
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private bool TryReadLine(ref ReadOnlyMemory<byte> rest, out LineRead line)
    {
        ReadOnlySpan<byte> span = rest.Span;
        bool read = _decoder.TryRead(ref span, out line);
        rest = rest[^span.Length..];
        return read;
    }

    private async Task HandleAsync(LineRead line)
    {
        // Back-pressure, not refusal: a script that is piped in is carried out to its end.
        while (!(Session?.Commands ?? _strangersPace).TryTake())
        {
            await Task.Delay(Breath, Time, Session?.Closed ?? _connection.ConnectionClosed);
        }

        string? answer = line.Kind switch
        {
            LineKind.TooLong => "ERR line too long",
            LineKind.BadUtf8 => "ERR bad utf-8",
            _ => await _door.Commands.ExecuteAsync(this, line.Text),
        };
        if (answer is not null)
        {
            await SayAsync(answer);
        }
    }

    private void EndStranger(string farewell)
    {
        if (Session is null)
        {
            End(farewell);
            Output.CancelPendingFlush();
        }
    }

    private void End(string farewell)
    {
        _farewell = farewell;
        _leaving = true;
        _connection.Transport.Input.CancelPendingRead();
    }

    /// <summary>Writes what waits, frees the name, and only then says goodbye: who reads it can come back at once.</summary>
    private async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(ClosePatience, Time);
        await using CancellationTokenRegistration cut = patience.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), _connection);
        if (Session is { } session)
        {
            session.Queue.Complete(drop: false);
            await _writing;
            _door.Signals.Remove(session);
            await _marks!.FlushAsync();
            await _door.Sessions.EndAsync(session);
        }

        try
        {
            Put(Encoding.UTF8.GetBytes(_farewell));
            await Output.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is left to hear it; the transport may have ended its side of the pipe.
        }
    }
}
