using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Who may ask what of this edge server. The asking member proved its key; its role is the chain's
/// word.</summary>
/// <param name="operators">Members that may act for the provider beside those with its role, such as its dashboard.
/// A hospital's edge server is operated by that hospital alone.</param>
internal sealed class EdgePolicy(Member self, IReadOnlyCollection<string> operators)
{
    /// <summary>State, counts and figures: for every member.</summary>
    public static string? Reads(Member client) => null;

    /// <summary>Starts, stops, uploads, chooses data.</summary>
    public string? Operates(Member client) => client.Id == self.Id
        || (self.Role == MemberRole.Provider && (client.Role == MemberRole.Provider || operators.Contains(client.Name)))
        ? null
        : $"{client.Name} may not operate the edge server of {self.Name}";

    /// <summary>Asks a hospital to rehearse.</summary>
    public string? Rehearses(Member client) => self.Role == MemberRole.Hospital && client.Role == MemberRole.Provider
        ? null : $"only a provider may ask a hospital to rehearse, {client.Name} is {client.Role}";

    /// <summary>Hands in its update of a rehearsal.</summary>
    public string? HandsIn(Member client) => self.Role == MemberRole.Provider && client.Role == MemberRole.Hospital
        ? null : $"updates of a rehearsal go from a hospital to the provider, {client.Name} is {client.Role}";
}
