import Survey
import VOClient

extension Demo {
  /// Chooses a round for the person at the label desk, and keeps the files of its spectra: the archive will be gone.
  func prepareLabelling(_ survey: SurveyFolder, _ engine: TransferEngine) async throws {
    var options = LearnRound.Options()
    options.collections = ["lamost"]
    let loader = SpectrumLoader(survey, preset: try survey.preset(), engine: engine)
    for item in try LearnRound(survey).begin(options).items {
      _ = try await loader.spectrum(item.spectrum)
    }
  }
}
