using System.Collections.Immutable;
using ChainHealth.Client;

namespace ChainHealth.Dashboard.Components.Train;

/// <summary>What the provider's edge server offers, and what is in the data set that it uses.</summary>
public sealed record WizardChoice(ImmutableArray<DatasetOffer> Offers, DatasetSummary Summary);
