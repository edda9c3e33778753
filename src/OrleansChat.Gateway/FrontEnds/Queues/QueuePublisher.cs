using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Posts items: ordinary messages of the queue's group, which the first post creates.</summary>
internal sealed class QueuePublisher(MessageSender sender, CommandExecutor execute, GatewayOptions options)
{
    /// <summary>Posts and returns the item's number.</summary>
    public async Task<Result<long>> PostAsync(Caller caller, ConversationId queue, string value)
    {
        Result<byte[]> content = MessageContent.Build(value, null, null, null, options.Limits);
        if (!content.IsOk)
        {
            return content.Error;
        }

        var message = new OutgoingMessage(queue, Ids.NewUnguessable(), content.Value, null, Echo: true);
        SendReply reply = await sender.SendAsync(caller, message);
        if (reply.Error?.Code == ChatError.NoSuchConversation.Code)
        {
            JsonElement group = new CommandJson().Add("group", queue.GroupId!).Add("title", queue.GroupId!).Add("join", "invite").Build();
            CommandResult created = await execute(caller, "group.create", group);
            if (created.Error is { } error && error.Code != ChatError.NameTaken.Code)
            {
                return error;
            }

            reply = await sender.SendAsync(caller, message);
        }

        return reply.Error is { } refused ? refused : reply.Seq;
    }
}
