namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

/// <summary>What the records of this folder are called in descriptions.</summary>
internal static class DocumentNames
{
    private const string Suffix = "Document";

    /// <summary>Whether a type is one of the records.</summary>
    public static bool IsDocument(Type type) => type.Namespace == typeof(DocumentNames).Namespace;

    /// <summary>The name of a record, without what tells it from the domain's own types.</summary>
    public static string Of(Type record) => record.Name.EndsWith(Suffix, StringComparison.Ordinal) ? record.Name[..^Suffix.Length] : record.Name;
}
