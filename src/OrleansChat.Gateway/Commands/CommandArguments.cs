using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Commands;

/// <summary>The parameters of a command, as a JSON object. A parameter of the wrong kind is a <see cref="BadArgumentException"/>.</summary>
internal readonly struct CommandArguments(JsonElement json)
{
    /// <summary>The object itself.</summary>
    public JsonElement Json { get; } = Checked(json);

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => OptionalText(name) ?? throw new BadArgumentException($"{name} is missing.");

    /// <summary>A text, or null when it is absent or null.</summary>
    public string? OptionalText(string name)
    {
        if (!Json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw new BadArgumentException($"{name} must be a text.");
        }

        return value.GetString();
    }

    /// <summary>A whole number from 0, or null when it is absent or null.</summary>
    public long? Number(string name)
    {
        if (!Json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number is >= 0 and <= 1L << 53
            ? number
            : throw new BadArgumentException($"{name} must be a whole number from 0.");
    }

    /// <summary>A message's number, which must be there.</summary>
    public long Seq(string name = "seq") =>
        Number(name) is { } seq && seq > 0 ? seq : throw new BadArgumentException($"{name} must be a message's number.");

    /// <summary>A boolean.</summary>
    public bool Flag(string name, bool otherwise) => OptionalFlag(name) ?? otherwise;

    /// <summary>A boolean, or null when it is absent or null.</summary>
    public bool? OptionalFlag(string name)
    {
        if (!Json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new BadArgumentException($"{name} must be true or false.");
    }

    /// <summary>A page's size.</summary>
    public int Limit(int otherwise, int most) => (int)Math.Clamp(Number("limit") ?? otherwise, 1, most);

    /// <summary>A user name, which must be there.</summary>
    public string User(string name) =>
        Names.TryUser(Text(name), out string? user) ? user : throw new BadArgumentException($"{name} is not a user name.");

    /// <summary>A group's id, which must be there; <c>group:</c> before it is allowed.</summary>
    public string Group(string name = "group")
    {
        string text = Text(name);
        return Names.TryGroup(text.StartsWith("group:", StringComparison.Ordinal) ? text["group:".Length..] : text, out string? group)
            ? group
            : throw new BadArgumentException($"{name} is not a group id.");
    }

    /// <summary>A conversation's id, which must be there.</summary>
    public ConversationId Conversation() => Conversation(Text("conversation"));

    /// <summary>A list of user names; empty when absent.</summary>
    public IReadOnlyList<string> Users(string name, int most)
    {
        if (!Json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            throw new BadArgumentException($"{name} must be a list of at most {most} names.");
        }

        var names = new List<string>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            names.Add(item.ValueKind == JsonValueKind.String && Names.TryUser(item.GetString(), out string? user)
                ? user
                : throw new BadArgumentException($"{name} holds something that is not a user name."));
        }

        return names;
    }

    /// <summary>A role.</summary>
    public MemberRole Role(string name) => Text(name) switch
    {
        "member" => MemberRole.Member,
        "admin" => MemberRole.Admin,
        "owner" => MemberRole.Owner,
        _ => throw new BadArgumentException($"{name} must be owner, admin or member."),
    };

    internal static ConversationId Conversation(string text) =>
        ConversationId.TryParse(text, out ConversationId id) ? id : throw new BadArgumentException("conversation is not the id of a conversation.");

    private static JsonElement Checked(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new BadArgumentException("The parameters must be an object.");
        }

        // Only escapes can make half a surrogate; whoever reads it, or looks for a name beside it, would stumble.
        if (JsonMarshal.GetRawUtf8Value(json).IndexOf("\\u"u8) >= 0)
        {
            try
            {
                ReadTexts(json);
            }
            catch (InvalidOperationException)
            {
                throw new BadArgumentException("A text is not valid Unicode.");
            }
        }

        return json;
    }

    private static void ReadTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }
}

/// <summary>A parameter makes no sense. The message is for the client.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
