//! Comma-separated rows with a heading.

use super::values::{price, supply, time};
use super::{PriceHistoryError, PriceHistoryReader, Values};
use crate::base::wording::counted;

impl PriceHistoryReader {
    /// Adds comma-separated rows; the heading names the columns.
    pub(super) fn add_csv(&mut self, name: &str, text: &str) -> Result<(), PriceHistoryError> {
        let mistake = |line: usize, problem: String| PriceHistoryError(format!("{name}, line {line}: {problem}"));
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let Some((first, heading)) = lines.next() else { return Err(mistake(1, "the file is empty".to_owned())) };
        let heading: Vec<String> = fields(heading).iter().map(|field| field.trim().to_lowercase()).collect();
        let column = |names: &[&str]| heading.iter().position(|field| names.contains(&field.as_str()));
        let needed = |names: &[&str]| {
            let problem = || {
                format!(
                    "the heading has no column `{}`; it needs zone_id, instance_type, time and at least one of spot_price, spot and pay_as_you_go",
                    names[0]
                )
            };
            column(names).ok_or_else(|| mistake(first, problem()))
        };
        let zone = needed(&["zone_id", "availability_zone", "zone", "availabilityzone", "zoneid"])?;
        let instance_type = needed(&["instance_type", "instancetype", "type"])?;
        let at = needed(&["time", "timestamp"])?;
        let spot_price = column(&["spot_price", "spotprice", "price"]);
        let (spot, pay_as_you_go) = (column(&["spot"]), column(&["pay_as_you_go"]));
        if [spot_price, spot, pay_as_you_go].iter().all(Option::is_none) {
            needed(&["spot_price"])?;
        }
        for (line, row) in lines {
            let row = fields(row);
            if row.iter().skip(heading.len()).any(|field| !field.trim().is_empty()) {
                let (found, columns) = (counted(row.len(), "field"), counted(heading.len(), "column"));
                let advice = "a comma within a field needs quotes, and a price has a point";
                return Err(mistake(line, format!("it has {found} under {columns}; {advice}")));
            }
            let field = |index: usize| row.get(index).map(|field| field.trim()).unwrap_or_default();
            let given = |column: Option<usize>| column.map(field).filter(|text| !text.is_empty());
            let at_column = |column: &str, problem: String| mistake(line, format!("{column}: {problem}"));
            for (column, index) in [("zone_id", zone), ("instance_type", instance_type)] {
                if field(index).is_empty() {
                    return Err(at_column(column, "it is empty".to_owned()));
                }
            }
            let values = Values {
                spot_price: given(spot_price)
                    .map(price)
                    .transpose()
                    .map_err(|problem| at_column("spot_price", problem))?,
                spot: given(spot).map(supply).transpose().map_err(|problem| at_column("spot", problem))?,
                pay_as_you_go: given(pay_as_you_go)
                    .map(supply)
                    .transpose()
                    .map_err(|problem| at_column("pay_as_you_go", problem))?,
            };
            // A row without any value says nothing.
            let is_empty = values.spot_price.is_none() && values.spot.is_none() && values.pay_as_you_go.is_none();
            let at = time(field(at)).map_err(|problem| at_column("time", problem))?;
            if is_empty {
                continue;
            }
            self.add_values((field(zone).to_owned(), field(instance_type).to_owned()), at, values);
        }
        Ok(())
    }
}

/// The fields of a line; a quoted one may hold commas, and two quotes in it are one.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}
