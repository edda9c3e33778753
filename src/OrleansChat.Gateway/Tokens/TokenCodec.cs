using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tokens;

/// <summary>
/// The form of a token: <c>v1.KEY.CLAIMS.SIGNATURE</c>, claims and signature in base64url; the signature is HMAC-SHA-256 over all before it.
/// Pure: whether the token still stands is storage's word.
/// </summary>
internal static class TokenCodec
{
    private const string Version = "v1";
    private const int MaxLength = 512;

    public static string Write(TokenClaims claims, string keyId, byte[] key)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{claims.User}|{claims.Incarnation}|{claims.Id}|{claims.IssuedAt}|{claims.ExpiresAt}");
        string signed = $"{Version}.{keyId}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}";
        return $"{signed}.{Sign(signed, key)}";
    }

    /// <summary>The claims of a token with a valid signature; null for anything else.</summary>
    public static TokenClaims? Read(string token, IReadOnlyDictionary<string, byte[]> keys)
    {
        if (token.Length > MaxLength || token.Split('.') is not [Version, var keyId, var body, var signature] || !keys.TryGetValue(keyId, out byte[]? key))
        {
            return null;
        }

        // Texts are compared, not what they decode to: decoding overlooks white space, and a token has one form only.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign($"{Version}.{keyId}.{body}", key)), Encoding.UTF8.GetBytes(signature))
            || !Base64Url.IsValid(body))
        {
            return null;
        }

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(body)).Split('|') is [var user, var incarnation, var id, var issued, var expires]
            ? new TokenClaims(
                user, incarnation, id, long.Parse(issued, CultureInfo.InvariantCulture), long.Parse(expires, CultureInfo.InvariantCulture))
            : null;
    }

    private static string Sign(string signed, byte[] key) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
}
