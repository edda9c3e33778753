using OrleansChat.Cli.Commands;
using OrleansChat.Client;

namespace OrleansChat.Cli.Talk;

/// <summary>Follows one conversation, sending the lines typed, or follows all of them.</summary>
internal static class LiveTalk
{
    public static async Task RunAsync(Context context, string? conversation, CancellationToken cancel)
    {
        await using ChatClient chat = await context.Servers.StayAsync(context.Token.Read(), cancel);
        if (conversation is not null)
        {
            if (conversation.StartsWith("dm:", StringComparison.Ordinal))
            {
                string me = context.Token.Read().Name;
                await chat.OpenAsync(conversation.Split(':').Skip(1).First(name => name != me), cancel);
            }

            await History.WriteAsync(context, chat, conversation, 20, null, cancel);
        }

        Task events = FollowAsync(context, chat, conversation, cancel);
        Task ended = conversation is null ? events : await Task.WhenAny(events, TypeAsync(chat, conversation, cancel));
        try
        {
            await ended;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is the way to leave.
        }
    }

    private static async Task TypeAsync(ChatClient chat, string conversation, CancellationToken cancel)
    {
        // Off this thread: a console's read blocks.
        while (await Task.Run(Console.In.ReadLine, cancel).WaitAsync(cancel) is { } line && line != "/quit")
        {
            if (line.Length > 0)
            {
                await chat.SendAsync(conversation, line, cancel: cancel);
            }
        }
    }

    private static async Task FollowAsync(Context context, ChatClient chat, string? only, CancellationToken cancel)
    {
        bool lost = false;
        await foreach (ChatEvent happened in chat.Events.ReadAllAsync(cancel))
        {
            switch (happened)
            {
                case MessageEvent message when only is null || message.Conversation == only:
                    History.Write(context, message.Message, null);
                    if (only is not null)
                    {
                        await chat.ReadAsync(only, message.Seq, cancel);
                    }

                    break;
                case TypingEvent typing when only is null || typing.Conversation == only:
                    context.Screen.Write($"* {typing.From} is typing", new { ev = "typing", typing.Conversation, typing.From }, 90);
                    break;
                case PresenceEvent presence:
                    context.Screen.Write($"* {presence.User} is {presence.State}", new { ev = "presence", presence.User, presence.State }, 90);
                    break;
                case DisconnectedEvent when !lost:
                    lost = true;
                    await Console.Error.WriteLineAsync("chat: connection lost, reconnecting");
                    break;
                case ConnectedEvent when lost:
                    lost = false;
                    await Console.Error.WriteLineAsync("chat: connected again");
                    break;
            }
        }
    }
}
