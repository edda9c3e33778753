using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Posts items: ordinary messages of the queue's group, which the first post creates.</summary>
internal sealed class QueuePublisher(MessageSender sender, CommandExecutor execute, GatewayOptions options)
{
    /// <summary>Posts. The same client id again adds nothing and gives the first number back.</summary>
    public async Task<SendReply> PostAsync(Caller caller, ConversationId queue, QueueValue value, string? clientId)
    {
        Result<byte[]> content = MessageContent.Build(value.Text, null, null, value.Data, options.Limits);
        if (!content.IsOk)
        {
            return SendReply.Refused(content.Error);
        }

        var message = new OutgoingMessage(queue, clientId ?? Ids.NewUnguessable(), content.Value, null, Echo: true);
        SendReply reply = await sender.SendAsync(caller, message);
        if (reply.Error?.Code != ChatError.NoSuchConversation.Code)
        {
            return reply;
        }

        string name = queue.GroupId!;
        JsonElement group = new CommandJson().Add("group", name).Add("title", name).Add("join", "invite").Build();
        CommandResult created = await execute(caller, "group.create", group);

        // Taken: somebody else's first post was faster, or the group was deleted for good. Sending tells which.
        return created.Error is { } error && error.Code != ChatError.NameTaken.Code ? SendReply.Refused(error) : await sender.SendAsync(caller, message);
    }
}
