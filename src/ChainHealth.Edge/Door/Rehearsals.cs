using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>The attack that this hospital simulates, and whether it would. One given on the command line stands; one
/// that the provider asks for counts in plans that say "rehearsal" and in no others.</summary>
internal sealed class Rehearsals(bool allowed, Attack? given)
{
    private Attack? _asked;

    public bool Allowed { get; } = allowed || given is not null;

    /// <summary>Started with an attack: then plans without rehearsal are not approved.</summary>
    public bool Always => given is not null;

    public Attack? Attack => given ?? Volatile.Read(ref _asked);

    public Attack? AttackIn(RunPlan plan) => plan.Rehearsal ? Attack : given;

    /// <param name="text">Empty = stay honest.</param>
    /// <exception cref="EdgeCallException">Not allowed here, or no attack.</exception>
    public void Ask(string text, int classes)
    {
        if (text.Length == 0)
        {
            Volatile.Write(ref _asked, null);
            return;
        }

        if (!Allowed)
        {
            throw new EdgeCallException(
                EdgeFault.Refused, "this hospital's edge server does not rehearse attacks (--rehearsals allows it)");
        }

        Attack? attack = Learning.Attack.TryParse(text, out string? fault);
        fault ??= attack!.Fault(classes);
        if (fault is not null)
        {
            throw new EdgeCallException(EdgeFault.Refused, fault);
        }

        Volatile.Write(ref _asked, attack);
    }
}
