using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Docs;

/// <summary>The objects of the docs page, from the records that also make the OpenAPI schemas.</summary>
internal static class DocsRecords
{
    /// <summary>The name of a record, leading to its description.</summary>
    public static string Link(Type record) => $"<a href=\"#object-{DocumentNames.Of(record)}\">{DocumentNames.Of(record)}</a>";

    /// <summary>A table of a record's members.</summary>
    public static void Members(Html html, Type record) =>
        html.Table(RestJson.MembersOf(record), ["Member", "Type", "Meaning"], member =>
        [
            Html.Code(member.Name), TypeName(member.PropertyType) + (member.IsRequired ? "" : ", optional"), Html.Text(Meaning(member.AttributeProvider)),
        ]);

    /// <summary>Every object that an answer consists of.</summary>
    public static void Render(Html html)
    {
        html.Raw("<h2 id=\"objects\">Objects</h2>");
        foreach (Type record in Answers())
        {
            html.Raw($"<h3 id=\"object-{DocumentNames.Of(record)}\">{DocumentNames.Of(record)}</h3>");
            html.Line("p", Meaning(record));
            Members(html, record);
        }
    }

    private static List<Type> Answers()
    {
        List<Type> found = [.. RestTable.All.Select(row => row.Answer).OfType<Type>().Append(typeof(Problem)).Distinct()];
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(RestJson.MembersOf(found[i]).Select(member => Inner(member.PropertyType)).Where(type => DocumentNames.IsDocument(type) && !found.Contains(type)).Distinct());
        }

        return [.. found.OrderBy(DocumentNames.Of, StringComparer.Ordinal)];
    }

    private static Type Inner(Type type) => type.IsGenericType ? Inner(type.GetGenericArguments()[^1]) : type;

    private static string TypeName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
        {
            return type.GetGenericArguments() is [var item] ? $"list of {TypeName(item)}" : $"object of {TypeName(type.GetGenericArguments()[^1])}";
        }

        return DocumentNames.IsDocument(type) ? Link(type)
            : type == typeof(string) ? "text"
            : type == typeof(bool) ? "boolean"
            : type == typeof(JsonElement) ? "any"
            : "number";
    }

    private static string Meaning(ICustomAttributeProvider? member) =>
        member?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute description] ? description.Description : "";
}
