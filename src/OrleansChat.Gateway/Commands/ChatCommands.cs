using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Commands;

/// <summary>Carries out one command.</summary>
internal delegate Task<CommandResult> CommandHandler(Caller caller, CommandArguments arguments);

/// <summary>Every command by its name. All doors run the same ones; a door only spells them differently.</summary>
internal sealed partial class ChatCommands
{
    /// <summary>The command that doors may carry out together with others of its kind.</summary>
    public const string Send = "send";

    private readonly FrozenDictionary<string, CommandHandler> _table;
    private readonly MessageCommands _messages;
    private readonly ILogger _logger;
    private readonly bool _scoped;

    public ChatCommands(
        MessageCommands messages, GroupCommands groups, UserCommands users, SessionCommands sessions, GatewayOptions options, ILogger<ChatCommands> logger)
    {
        _messages = messages;
        _logger = logger;
        _scoped = options.LogScopes;
        _table = new[] { messages.Table, groups.Table, users.Table, sessions.Table }
            .SelectMany(table => table)
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The names of all commands.</summary>
    public IReadOnlyCollection<string> Names => _table.Keys;

    /// <summary>Reads a <c>send</c>, to be sent together with others by <see cref="SendAsync"/>.</summary>
    /// <param name="caller">Who sends.</param>
    /// <param name="arguments">What was given.</param>
    /// <param name="reader">Reads it where it is spelled otherwise than in the native door.</param>
    public Result<OutgoingMessage> ReadSend(Caller caller, JsonElement arguments, MessageReader? reader = null)
    {
        ChatError error;
        try
        {
            var given = new CommandArguments(arguments);
            Result<OutgoingMessage> message = reader is null ? _messages.ReadMessage(caller, given) : _messages.CheckMessage(reader(caller, given));
            if (message.IsOk)
            {
                return message;
            }

            error = message.Error;
        }
        catch (BadArgumentException bad)
        {
            error = ChatError.BadRequest.Because(bad.Message);
        }
#pragma warning disable CA1031 // As in ExecuteAsync.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, Send);
            error = ChatError.Internal;
        }

        caller.Session?.Touch();
        ChatMetrics.Executed(Send, error.Name, TimeSpan.Zero);
        return error;
    }

    /// <summary>Sends what came together to one conversation. One answer each; never throws.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<CommandResult>> SendAsync(Caller caller, IReadOnlyList<OutgoingMessage> messages)
    {
        caller.Session?.Touch();
        using IDisposable? scope = _scoped ? _logger.BeginScope(new CommandScope(Send, caller.Session?.LogId ?? "none")) : null;
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<CommandResult> results;
        try
        {
            results = await _messages.SendAllAsync(caller, messages);
        }
#pragma warning disable CA1031 // As in ExecuteAsync.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, Send);
            results = [.. Enumerable.Repeat<CommandResult>(ChatError.Internal, messages.Count)];
        }

        TimeSpan duration = Stopwatch.GetElapsedTime(started);
        foreach (CommandResult result in results)
        {
            ChatMetrics.Executed(Send, result.Error?.Name ?? "ok", duration);
        }

        return results;
    }

    /// <summary>Runs a command. Never throws: bad parameters are <c>bad_request</c>, storage that is away is <c>unavailable</c>.</summary>
    public async Task<CommandResult> ExecuteAsync(Caller caller, string name, JsonElement arguments)
    {
        if (!_table.TryGetValue(name, out CommandHandler? handler))
        {
            return ChatError.BadRequest.Because("There is no such command.");
        }

        caller.Session?.Touch();
        using IDisposable? scope = _scoped ? _logger.BeginScope(new CommandScope(name, caller.Session?.LogId ?? "none")) : null;
        long started = Stopwatch.GetTimestamp();
        CommandResult result;
        try
        {
            result = await handler(caller, new CommandArguments(arguments));
        }
        catch (BadArgumentException bad)
        {
            result = ChatError.BadRequest.Because(bad.Message);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            result = ChatError.Unavailable;
        }
        catch (OperationCanceledException) when (caller.Session?.Closed.IsCancellationRequested == true)
        {
            result = ChatError.Unavailable;
        }
#pragma warning disable CA1031 // One command's fault must not end the connection; it is logged, and the client hears that it was ours.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, name);
            result = ChatError.Internal;
        }

        ChatMetrics.Executed(name, result.Error?.Name ?? "ok", Stopwatch.GetElapsedTime(started));
        return result;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The command {Command} failed")]
    private partial void LogFailed(Exception failure, string command);
}
